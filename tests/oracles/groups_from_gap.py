"""Regenerate groups.json.gz, the group data that the test suite compares with, from GAP.

GAP is no dependency of this project. One way to get it is a virtual environment of its own:

    python3 -m venv /tmp/gapvenv && /tmp/gapvenv/bin/pip install passagemath-gap   # about 800 MB
    D=$(/tmp/gapvenv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/gap
    python tests/oracles/groups_from_gap.py --gap "$D/gap -l $D"

The file holds every group of order at most 63 except orders 32 and 48, and those of LARGER below;
all are defined by permutation generators that GAP gives for its small-groups library.
"""

import argparse
import gzip
import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SKIPPED = {32, 48}
LARGER = [
    (64, 138), (64, 267), (72, 39), (81, 8), (96, 227), (108, 17), (118, 1), (120, 5), (120, 34),
    (125, 3), (128, 928), (144, 182), (168, 42), (168, 43), (180, 19), (192, 955), (216, 153),
    (243, 3), (336, 208), (360, 118), (432, 734), (720, 763), (720, 765),
]  # fmt: skip


def main() -> str | None:
    """Run GAP and write the data file; return what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--gap", default="gap", help="the command that starts GAP")
    parser.add_argument("--out", type=Path, default=HERE / "groups.json.gz")
    args = parser.parse_args()
    calls = [
        f"for i in [1..NumberSmallGroups({n})] do Describe({n}, i); od;"
        for n in range(1, 64)
        if n not in SKIPPED
    ]
    calls += [f"Describe({n}, {i});" for n, i in LARGER]
    with tempfile.TemporaryDirectory() as folder:
        written, program = Path(folder) / "groups.jsonl", Path(folder) / "program.g"
        program_lines = [
            f'STREAM := OutputTextFile("{written}", false);;',
            'WriteAll(STREAM, Concatenation("{\\"gap\\":\\"", GAPInfo.Version, "\\"}\\n"));;',
            (HERE / "groups.g").read_text(),
            *calls,
            "CloseStream(STREAM);",
            "QUIT;",
        ]
        program.write_text("\n".join(program_lines) + "\n")
        command = [*shlex.split(args.gap), "-q", "-A", "-o", "4g", str(program)]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        lines = written.read_text().splitlines() if written.exists() else []
    try:
        records = [json.loads(line) for line in lines]
    except json.JSONDecodeError as error:
        return f"GAP printed a line that is no JSON: {error}\n{done.stderr[-2000:]}"
    groups = records[1:]
    if len(groups) < len(LARGER) + 200:
        return f"GAP described only {len(groups)} groups\n{done.stderr[-2000:]}"
    data = {"gap": records[0]["gap"], "groups": groups}
    text = json.dumps(data, separators=(",", ":")).encode()
    with args.out.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(text)
    size = args.out.stat().st_size
    sys.stdout.write(f"{len(groups)} groups from GAP {data['gap']}: {size} bytes\n")
    return None


if __name__ == "__main__":
    sys.exit(main())
