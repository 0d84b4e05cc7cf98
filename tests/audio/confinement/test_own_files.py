import sys
from pathlib import Path

import pytest

from audio.confinement.own_files import LIBRARIES, own_files


def test_a_program_of_the_system_needs_its_loader_and_the_libraries() -> None:
    own = own_files("cat")
    assert own.starts[0].endswith("/cat")
    assert any("/ld-linux" in name or "/ld-musl" in name for name in own.starts)
    assert set(LIBRARIES) <= set(own.reads)
    assert sys.prefix not in own.reads


def test_python_needs_its_modules_and_this_room_and_no_more_of_the_sources() -> None:
    own = own_files(sys.executable)
    room = Path(__file__).parents[3] / "audio"
    assert str(room) in own.reads
    assert str(room.parent) not in own.reads


def test_a_script_needs_its_interpreter_and_the_interpreters_loader(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(f"#!{sys.executable} -I\npass\n")
    script.chmod(0o755)
    own = own_files(str(script))
    assert own.starts[:2] == (str(script), sys.executable)
    assert str(Path(sys.executable).resolve()) in own.starts
    assert own.reads == own_files(sys.executable).reads


@pytest.mark.parametrize("data", [b"", b"#!", b"#!\n", b"\x7fELF\x02\x01", b"\x7fELF\x02\x01" + b"\xff" * 100, b"text"])
def test_a_file_that_nothing_starts_stands_for_itself(tmp_path: Path, data: bytes) -> None:
    program = tmp_path / "program"
    program.write_bytes(data)
    program.chmod(0o755)
    assert own_files(str(program)).starts == (str(program),)


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        own_files("/nowhere/program")
