#!/usr/bin/env python3
"""Measures the bundled SAE on text you give and writes models/saes/smollm2-135m-l15/manifest.json.

  python models/recipe/measure_sae.py NAME=FILE[:ROWS] ... [--dry-run]

FILE is .jsonl or .jsonl.gz whose rows hold "messages", or "chosen" (turns marked Human and Assistant), or
"text"; or a plain .txt file, cut at blank lines. ROWS is how many rows from the start to use. Give text that
the SAE was not trained on (its README.md lists what it was trained on).

Chats go through the model's template. The context is 256 tokens, the first position is left out, and so is
every token whose residual norm is over four times the median norm.
"""
import argparse
import gzip
import json
import re
from pathlib import Path

import numpy as np
import torch
from jinja2 import Environment
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from make_model import DEFAULT_OUT, HOOK, sha256, write_json
from make_reference import LAYER, Shards, rebuild

HERE = Path(__file__).resolve().parent
CONTEXT = 256


def read(path, rows, template):
    path = Path(path)
    data = (gzip.open(path) if path.suffix == ".gz" else open(path, "rb")).read().decode("utf-8")
    if ".jsonl" not in path.name:
        return [t for t in re.split(r"\n\s*\n", data) if t.strip()][:rows]
    out = []
    for line in data.splitlines()[:rows]:
        r = json.loads(line)
        if "chosen" in r:
            p = re.split(r"\n\n(Human|Assistant): ?", r["chosen"])[1:]
            r["messages"] = [{"role": "user" if a == "Human" else "assistant", "content": b.strip()}
                             for a, b in zip(p[::2], p[1::2])]
        out.append(template.render(messages=r["messages"]) if "messages" in r else r["text"])
    return out


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("text", nargs="+")
    ap.add_argument("--model", type=Path, default=DEFAULT_OUT)
    ap.add_argument("--sae", type=Path, default=HERE.parent / "saes" / "smollm2-135m-l15")
    ap.add_argument("--dry-run", action="store_true", help="print, write nothing")
    args = ap.parse_args()

    model, _ = rebuild(args.model, Shards(args.model))
    model.model.layers = model.model.layers[: LAYER + 1]
    kept = {}
    model.model.layers[LAYER].register_forward_hook(
        lambda _m, _i, o: kept.__setitem__("h", o[0] if isinstance(o, tuple) else o))
    tokenizer = Tokenizer.from_file(str(args.model / "tokenizer.json"))
    template = Environment(keep_trailing_newline=True).from_string(
        (args.model / "chat_template.jinja").read_bytes().decode("utf-8"))
    cfg = json.loads((args.sae / "cfg.json").read_text(encoding="utf-8"))
    w = {k: torch.from_numpy(v.astype(np.float32)) for k, v in load_file(args.sae / "sae_weights.safetensors").items()}
    k = cfg["k"]

    rows_norm = w["W_dec"].norm(dim=1)
    measured, seen_latents = {}, torch.zeros(cfg["d_sae"], dtype=torch.bool)
    for spec in args.text:
        name, path = spec.split("=", 1)
        rows = None
        if m := re.search(r":(\d+)$", path):
            path, rows = path[: m.start()], int(m.group(1))
        texts = read(path, rows, template)
        hs, first = [], []
        for t in texts:
            ids = tokenizer.encode(t, add_special_tokens=False).ids[:CONTEXT]
            if len(ids) < 2:
                continue
            with torch.inference_mode():
                model.model(torch.tensor([ids]), use_cache=False)
            h = kept["h"].reshape(-1, cfg["d_in"])
            first.append(h[0].norm().item())
            hs.append(h[1:].clone())
        x = torch.cat(hs)
        norm = x.norm(dim=1)
        median = norm.median().item()
        ok = norm <= 4 * median
        y = x[ok]
        with torch.inference_mode():
            pre = (y - w["b_dec"]) @ w["W_enc"] + w["b_enc"]
            top = pre.topk(k, dim=1)
            z = torch.zeros_like(pre).scatter_(1, top.indices, top.values.relu())
            err = y - (z @ w["W_dec"] + w["b_dec"])
        seen_latents |= (z > 0).any(0)
        sq = err.double().pow(2).sum().item()
        measured[name] = {
            "rows": len(hs),
            "tokens": int(ok.sum()),
            "tokensOver4xMedianNorm": int((~ok).sum()),
            "medianNorm": round(median, 2),
            "medianNormMinusDecoderBias": round((y - w["b_dec"]).norm(dim=1).median().item(), 2),
            "medianNormFirstPosition": round(float(np.median(first)), 1),
            "l0": round((z > 0).sum(1).double().mean().item(), 3),
            # against the variance about the mean of these tokens, and against the raw second moment
            "fvu": round(sq / (y - y.mean(0)).double().pow(2).sum().item(), 4),
            "fvuUncentred": round(sq / y.double().pow(2).sum().item(), 4),
            "meanCosine": round(torch.cosine_similarity(y, y - err).mean().item(), 5),
            "latentsActive": int((z > 0).any(0).sum()),
        }
        print(name, json.dumps(measured[name]))
    manifest = {
        "format": "persona-lens-sae",
        "version": 1,
        "name": "smollm2-135m-l15",
        "license": "Apache-2.0",
        "model": "SmolLM2-135M-Instruct",
        "hookPoint": HOOK,
        "architecture": cfg["architecture"],
        "dIn": cfg["d_in"],
        "dSae": cfg["d_sae"],
        "k": k,
        "storedDtypes": {n: str(v.dtype) for n, v in sorted(load_file(args.sae / "sae_weights.safetensors").items())},
        "decoderRowNorms": {"min": round(rows_norm.min().item(), 6), "max": round(rows_norm.max().item(), 6)},
        "rule": "top k of (x - b_dec) W_enc + b_enc, then ReLU; mask the first position and tokens over 4 x the median norm",
        "files": [{"path": n, "bytes": (args.sae / n).stat().st_size, "sha256": sha256(args.sae / n)}
                  for n in ("cfg.json", "sae_weights.safetensors")],
        "measured": {"context": CONTEXT, "precision": "float32 on the dequantised q4_1 weights",
                     "latentsNeverActive": int((~seen_latents).sum()), "on": measured},
    }
    print(json.dumps({x: manifest[x] for x in ("storedDtypes", "decoderRowNorms")}), manifest["measured"]["latentsNeverActive"])
    if not args.dry_run:
        write_json(args.sae / "manifest.json", manifest)


if __name__ == "__main__":
    main()
