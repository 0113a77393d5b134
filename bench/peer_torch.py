"""The peer of bench/audit.ts: PyTorch and transformers, fp32, cut after block 15, a forward hook, rows sorted by length in batches of 8.

Reads one JSON line {"model": folder, "threads": n, "rows": [{"ids": [...], "response": [positions]}]} and then, for every
further line, runs all rows once and answers {"seconds": s, "means": [[...]]}.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from transformers import LlamaConfig, LlamaForCausalLM

BLOCK = 15
BATCH = 8


def dequantise(tensors: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    state = {}
    for name, value in tensors.items():
        base, _, part = name.rpartition(".")
        if part == "qweight" and value.dtype == np.uint8:
            low, high = value & 15, value >> 4
            q = np.stack([low, high], -1).reshape(*value.shape[:2], -1).astype(np.float32)
            w = q * tensors[f"{base}.scales"].astype(np.float32)[..., None] + tensors[f"{base}.mins"].astype(np.float32)[..., None]
            state[f"{base}.weight"] = torch.from_numpy(w.reshape(w.shape[0], -1))
        elif part == "qweight":
            w = value.astype(np.float32).reshape(value.shape[0], -1, 32) * tensors[f"{base}.scales"].astype(np.float32)[..., None]
            state[f"{base}.weight"] = torch.from_numpy(w.reshape(value.shape[0], -1))
        elif part == "weight":
            state[name] = torch.from_numpy(value)
    return state


def load(folder: Path) -> LlamaForCausalLM:
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config.pop("quantization_config")
    config["num_hidden_layers"] = BLOCK + 1
    model = LlamaForCausalLM(LlamaConfig(**{k: v for k, v in config.items() if k != "architectures"}))
    tensors = {}
    for shard in sorted(folder.glob("*.safetensors")):
        tensors.update(load_file(shard))
    model.load_state_dict(dequantise(tensors), strict=False)
    return model.eval()


def run(model: LlamaForCausalLM, rows: list[dict]) -> list[list[float]]:
    kept = {}
    handle = model.model.layers[BLOCK].register_forward_hook(lambda _m, _i, out: kept.update(h=out[0] if isinstance(out, tuple) else out))
    means: list[list[float]] = [[] for _ in rows]
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]["ids"]))
    with torch.no_grad():
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            longest = max(len(rows[i]["ids"]) for i in part)
            ids = torch.zeros(len(part), longest, dtype=torch.long)
            mask = torch.zeros(len(part), longest, dtype=torch.long)
            for row, i in enumerate(part):
                ids[row, : len(rows[i]["ids"])] = torch.tensor(rows[i]["ids"])
                mask[row, : len(rows[i]["ids"])] = 1
            model.model(input_ids=ids, attention_mask=mask)
            for row, i in enumerate(part):
                means[i] = kept["h"][row, rows[i]["response"]].mean(0).tolist()
    handle.remove()
    return means


def main() -> None:
    job = json.loads(sys.stdin.readline())
    torch.set_num_threads(job["threads"])
    model = load(Path(job["model"]))
    print(json.dumps({"ready": f"PyTorch {torch.__version__}"}), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        means = run(model, job["rows"])
        print(json.dumps({"seconds": time.perf_counter() - start, "means": means}), flush=True)


if __name__ == "__main__":
    main()
