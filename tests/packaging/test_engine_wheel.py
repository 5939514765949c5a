"""Which builds of the engine may stand in for each other."""

from __future__ import annotations

from pathlib import Path

import engine_wheel
from engine_wheel import describe_processor, make_key, read_requirement

ROOT = Path(engine_wheel.__file__).resolve().parent.parent
CPUINFO = """processor\t: 0
model name\t: Example 9000
cpu MHz\t\t: {frequency}
flags\t\t: fpu sse4_2 avx2{more}

processor\t: 1
model name\t: Example 9000
cpu MHz\t\t: 999.1
flags\t\t: fpu sse4_2 avx2{more}
"""


def write_cpuinfo(folder: Path, frequency: str = "2000.0", more: str = "") -> Path:
    path = folder / "cpuinfo"
    path.write_text(CPUINFO.format(frequency=frequency, more=more), encoding="utf-8")
    return path


def test_clock_speed_does_not_change_the_processor(tmp_path: Path):
    slow = describe_processor(write_cpuinfo(tmp_path, frequency="800.0"))
    fast = describe_processor(write_cpuinfo(tmp_path, frequency="4100.0"))
    assert slow == fast
    assert "Example 9000" in slow


def test_one_more_instruction_set_makes_another_processor(tmp_path: Path):
    plain = describe_processor(write_cpuinfo(tmp_path))
    wide = describe_processor(write_cpuinfo(tmp_path, more=" avx512f"))
    assert plain != wide
    assert make_key("pin", "", plain) != make_key("pin", "", wide)


def test_processor_without_cpuinfo_is_still_described(tmp_path: Path):
    assert describe_processor(tmp_path / "missing")


def test_key_depends_on_version_and_options():
    key = make_key("llama-cpp-python==1", "", "processor")
    assert key == make_key("llama-cpp-python==1", "", "processor")
    assert key != make_key("llama-cpp-python==2", "", "processor")
    assert key != make_key("llama-cpp-python==1", "-DGGML_VULKAN=ON", "processor")


def test_requirement_of_the_engine_is_its_pin_and_hashes_alone():
    lines = read_requirement(ROOT / "packaging" / "requirements" / "run.txt").splitlines()
    assert lines[0].startswith("llama-cpp-python==")
    assert len(lines) > 1
    assert all(line.strip().startswith("--hash=sha256:") for line in lines[1:])
    assert not lines[-1].endswith("\\")


def test_trimmed_build_leaves_out_what_nobody_calls():
    text = engine_wheel.OPTIONS.read_text(encoding="utf-8")
    for part in ("LLAMA_BUILD_COMMON", "LLAMA_BUILD_TOOLS", "LLAVA_BUILD", "LLAMA_OPENSSL"):
        assert f"set({part} OFF)" in text
