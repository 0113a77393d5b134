#!/usr/bin/env python3
"""Writes test/golden/smollm2-135m-instruct/push.safetensors and push.json: what autograd gives for push.

  python models/recipe/make_push_reference.py [--model FOLDER] [--reference FOLDER]

For every row of reference.json the gradient of the summed response loss with respect to the residual stream at the
hook point, by torch's autograd on the dequantised model in float32, and once more in float64: the distance between
the two is the accuracy of the reference.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

from make_model import DEFAULT_OUT, HOOK
from make_reference import HERE, LAYER, Shards, rebuild

# rows whose gradient is kept at every position: short ones, one with a prompt and one without
WHOLE = ["plain_tiny", "chat_one_word"]


def gradient(model, ids, mask):
    """Summed response NLL and its gradient [T, d] by the output of block LAYER."""
    kept = {}

    def keep(_, __, output):
        h = output[0] if isinstance(output, tuple) else output
        h.retain_grad()
        kept["h"] = h

    handle = model.model.layers[LAYER].register_forward_hook(keep)
    x = torch.tensor([ids])
    logits = model(x, use_cache=False).logits[0]
    handle.remove()
    lp = torch.log_softmax(logits, -1)
    loss = sum(-lp[t - 1, ids[t]] for t in range(1, len(ids)) if mask[t])
    loss.backward()
    return loss.item(), kept["h"].grad[0].double().numpy()


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--model", type=Path, default=DEFAULT_OUT)
    ap.add_argument("--reference", type=Path, default=HERE.parent.parent / "test" / "golden" / "smollm2-135m-instruct")
    args = ap.parse_args()
    torch.set_num_threads(1)
    rows = json.loads((args.reference / "reference.json").read_text(encoding="utf-8"))["rows"]
    model, _ = rebuild(args.model, Shards(args.model))
    model.set_attn_implementation("eager")
    model.eval()
    runs = {}
    for name, m in (("f32", model.float()), ("f64", None)):
        m = m if m is not None else model.double()
        m.requires_grad_(False)
        m.model.embed_tokens.weight.requires_grad_(True)  # so that the residual stream has a gradient at all
        runs[name] = [gradient(m, r["ids"], r["responseMask"]) for r in rows]
    tensors, out = {}, []
    for i, row in enumerate(rows):
        n = sum(row["responseMask"][1:])
        push, exact = (-runs[k][i][1].sum(0) / n for k in ("f32", "f64"))
        tensors[f"push.{i}"] = push.astype(np.float32)
        tensors[f"push64.{i}"] = exact.astype(np.float32)
        if row["name"] in WHOLE:
            tensors[f"gradient.{i}"] = runs["f32"][i][1].astype(np.float32)
        out.append({"index": i, "name": row["name"], "responseTokens": n, "meanNll": runs["f64"][i][0] / n,
                    "pushNorm": float(np.linalg.norm(exact)),
                    "float32RelativeDifference": float(np.linalg.norm(push - exact) / np.linalg.norm(exact))})
        print(out[-1])
    save_file(tensors, args.reference / "push.safetensors")
    (args.reference / "push.json").write_text(json.dumps({
        "made": "models/recipe/make_push_reference.py",
        "hookPoint": HOOK,
        "push": "minus the gradient of the summed response NLL, summed over all positions, over the number of response "
                "tokens: autograd in float32; push64: the same in float64",
        "gradient": "the gradient itself at every position, float32 [T, 576], of: " + ", ".join(WHOLE),
        "torch": torch.__version__.split("+")[0],
        "rows": out,
    }, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
