"""Writes models/smollm2-135m-instruct/selfcheck.json from the committed reference values.

The engine runs this short text whenever the model is opened and compares the residual stream with
these numbers, so that a device that computes something else is noticed before any score is shown.
Run after make_reference.py:  python models/recipe/make_selfcheck.py
"""

import base64
import hashlib
import json
from pathlib import Path

from safetensors.numpy import load_file

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "models" / "smollm2-135m-instruct"
REFERENCE = ROOT / "test" / "golden" / "smollm2-135m-instruct"
MAX_TOKENS = 48


def main() -> None:
    reference = json.loads((REFERENCE / "reference.json").read_text("utf-8"))
    tensors = load_file(REFERENCE / "reference.safetensors")
    row = max((r for r in reference["rows"] if len(r["ids"]) <= MAX_TOKENS), key=lambda r: len(r["ids"]))
    residual = tensors[f"h15.{row['index']}"].astype("<f4")
    check = {
        "hookPoint": reference["hookPoint"],
        "row": row["name"],
        "ids": row["ids"],
        "residual": base64.b64encode(residual.tobytes()).decode("ascii"),
    }
    file = MODEL / "selfcheck.json"
    file.write_text(json.dumps(check) + "\n", "utf-8")

    manifest_file = MODEL / "manifest.json"
    manifest = json.loads(manifest_file.read_text("utf-8"))
    files = [entry for entry in manifest["files"] if entry["path"] != file.name]
    data = file.read_bytes()
    files.append({"path": file.name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    manifest["files"] = sorted(files, key=lambda entry: entry["path"])
    manifest["card"] = "../cards/smollm2-135m-instruct.persona.json"
    manifest["reference"] = {
        "rows": "../reference/ordinary.jsonl",
        "vectors": "../reference/smollm2-135m-instruct.parquet",
        "pushes": "../reference/smollm2-135m-instruct.push.parquet",
    }
    manifest_file.write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    print(f"{file.name}: {row['name']}, {len(row['ids'])} tokens")


if __name__ == "__main__":
    main()
