"""Zotero as a server on loopback: the local API of versions 7 to 10 and the web API, with faults on demand."""

from tests.emulator.faults import Fault, Faults
from tests.emulator.generate import generate_library
from tests.emulator.library import EmulatedLibrary
from tests.emulator.recorded import Exchange, load_exchanges, load_recorded
from tests.emulator.server import LocalZoteroEmulator, WebZoteroEmulator

__all__ = [
    "EmulatedLibrary",
    "Exchange",
    "Fault",
    "Faults",
    "LocalZoteroEmulator",
    "WebZoteroEmulator",
    "generate_library",
    "load_exchanges",
    "load_recorded",
]
