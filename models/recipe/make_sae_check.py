"""States in the SAE's manifest how it fits the model's check text: L0 and the fraction of variance unexplained.

The engine computes both again whenever the model is opened, so that an SAE for another model, or a cfg.json that says
another rule than the SAE was trained with, is noticed. Reads the residual stream that selfcheck.json holds, without the
first position and tokens over four times the median norm.
Run after make_selfcheck.py and measure_sae.py:  python models/recipe/make_sae_check.py
"""

import base64
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "models" / "smollm2-135m-instruct"
SAE = ROOT / "models" / "saes" / "smollm2-135m-l15"


def main() -> None:
    check = json.loads((MODEL / "selfcheck.json").read_text("utf-8"))
    median = json.loads((MODEL / "manifest.json").read_text("utf-8"))["residualMedianNorm"][check["hookPoint"]]
    x = np.frombuffer(base64.b64decode(check["residual"]), "<f4").reshape(len(check["ids"]), -1).astype(np.float64)[1:]
    x = x[np.linalg.norm(x, axis=1) <= 4 * median]
    w = {name: values.astype(np.float64) for name, values in load_file(SAE / "sae_weights.safetensors").items()}
    k = json.loads((SAE / "cfg.json").read_text("utf-8"))["k"]

    pre = (x - w["b_dec"]) @ w["W_enc"] + w["b_enc"]
    top = np.argsort(-pre, axis=1, kind="stable")[:, :k]
    latents = np.zeros_like(pre)
    np.put_along_axis(latents, top, np.maximum(np.take_along_axis(pre, top, 1), 0), 1)
    error = x - (latents @ w["W_dec"] + w["b_dec"])
    fit = {
        "tokens": len(x),
        "l0": round(float((latents > 0).sum(1).mean()), 3),
        "fvu": round(float((error**2).sum() / ((x - x.mean(0)) ** 2).sum()), 4),
    }

    file = SAE / "manifest.json"
    manifest = json.loads(file.read_text("utf-8"))
    manifest["measured"]["selfCheck"] = fit
    file.write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    print(json.dumps(fit))


if __name__ == "__main__":
    main()
