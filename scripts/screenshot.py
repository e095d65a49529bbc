"""Take the picture in the README: the real app in the real browser, half way through a clip.

python scripts/screenshot.py [--dark] [--width 1440] [--out scripts/page.png]
"""

import argparse
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
HEIGHT = 1000
ADDRESS = "?frame=45"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--dark", action="store_true")
    options.add_argument("--width", type=int, default=1440)
    options.add_argument("--out", type=Path, default=ROOT / "scripts" / "page.png")
    chosen = options.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    command += ["--server.headless", "true", "--server.port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        take(f"http://127.0.0.1:{port}/{ADDRESS}", chosen)
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    while True:
        try:
            urlopen(address).read()
            return
        except URLError:
            continue


def take(address: str, chosen: argparse.Namespace) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(
            viewport={"width": chosen.width, "height": HEIGHT},
            color_scheme="dark" if chosen.dark else "light",
        )
        page.goto(address)
        page.locator('[data-state="paused"][data-frame="45"]').wait_for(timeout=120_000)
        page.get_by_test_id("stStatusWidget").wait_for(state="hidden", timeout=120_000)
        page.screenshot(path=chosen.out)
        browser.close()
    print(f"wrote {chosen.out}")


if __name__ == "__main__":
    main()
