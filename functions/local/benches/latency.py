#!/usr/bin/env python3
"""How long local mode takes to serve after its start, and a saved guide to be on its page.

    latency.py [--n 10] [--catalog DIR] [--guide WORKFLOW] BINARY

Works on a copy of the catalog in a folder of its own. A start counts from the creation of the process to the first
page that is answered whole; an edit from the write to the first page that holds its text. Standard library only."""
import argparse
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
PATIENCE = 60.0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("--n", type=int, default=10)
    parser.add_argument("--catalog", type=pathlib.Path, default=ROOT / "catalog")
    parser.add_argument("--guide", default="resize-rds-cluster")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        catalog = pathlib.Path(folder) / "catalog"
        shutil.copytree(asked.catalog, catalog)
        starts, process, page = [], None, ""
        for run in range(asked.n):
            if process:
                stop(process)
            data = pathlib.Path(folder) / f"data-{run}"
            began = time.monotonic()
            process = start(asked.binary, catalog, data)
            page = portal(data) + f"workflows/{asked.guide}/"
            until(page, "</html>", process)
            starts.append(time.monotonic() - began)
        report("start -> first page", starts)
        report("edit -> page", edits(catalog / "workflows" / asked.guide / "guide.md", page, process, asked.n))
        peak = [line for line in open(f"/proc/{process.pid}/status") if line.startswith("VmHWM")]
        print(f"peak memory: {int(peak[0].split()[1]) / 1024:.0f} MiB")
        stop(process)


def start(binary, catalog, data):
    command = [binary, "--port", "0", "--data", data, "--catalog", catalog, "--templates", ROOT / "templates"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)


def stop(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def portal(data):
    """The portal's address, as soon as the file that names it is there: it is written whole."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        try:
            return json.loads((data / "endpoints.json").read_text())["portal"].rstrip("/") + "/"
        except OSError:
            time.sleep(0.002)
    raise SystemExit("it does not serve")


def edits(guide, page, process, n):
    original, taken = guide.read_text(), []
    for run in range(n):
        mark = f"mark-{os.getpid()}-{run}"
        began = time.monotonic()
        guide.write_text(f"{original}\n\n{mark}\n")
        until(page, mark, process)
        taken.append(time.monotonic() - began)
        time.sleep(0.5)  # what people leave between two edits; not part of the figure
    return taken


def until(page, text, process):
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        if process.poll() is not None:
            raise SystemExit(f"it ended with {process.returncode}")
        try:
            if text in urllib.request.urlopen(page, timeout=10).read().decode():
                return
        except OSError:
            pass
        time.sleep(0.002)
    raise SystemExit(f"{text} is not on {page}")


def report(name, seconds):
    middle = statistics.median(seconds)
    print(f"{name}: median {middle:.3f} s, min {min(seconds):.3f}, max {max(seconds):.3f} (n={len(seconds)})")


if __name__ == "__main__":
    main()
