"""A real browser, driven through a pipe: the page is used as a person would, and looked at."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


def find() -> str:
    """Chromium; a missing one fails where it is required, and is skipped by name elsewhere."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("LOKAPOM_REQUIRE_CHROMIUM") == "1":
            pytest.fail("Chromium is required (LOKAPOM_REQUIRE_CHROMIUM=1) and was not found")
        pytest.skip("Chromium is not installed")
    return program


class Browser:
    """One browser with one page at a time, its commands and answers in JSON over two pipes."""

    def __init__(self, program: str, profile: Path) -> None:
        reads_here, writes_there = os.pipe()
        reads_there, writes_here = os.pipe()
        self._number = 0
        self.requests: list[str] = []
        self.errors: list[str] = []

        def connect() -> None:  # the browser reads from 3 and writes to 4
            apart = [fcntl.fcntl(end, fcntl.F_DUPFD, 100) for end in (reads_there, writes_there)]
            for number, end in enumerate(apart, 3):
                os.dup2(end, number)

        self._process = subprocess.Popen(
            [program, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(3, 4),
            preexec_fn=connect,
        )
        os.close(reads_there)
        os.close(writes_there)
        self._out = os.fdopen(writes_here, "wb", buffering=0)
        self._in = os.fdopen(reads_here, "rb")
        self._session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session = ""
        self.call("Browser.close")
        self._process.wait(timeout=30)
        self._out.close()
        self._in.close()

    def call(self, method: str, **params: object) -> Any:
        """One command and its answer; what happens meanwhile is taken down."""
        self._number += 1
        message: dict[str, object] = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._out.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]

    def wait(self, event: str) -> None:
        while self._next().get("method") != event:
            pass

    def _next(self) -> dict[str, Any]:
        data = bytearray()
        while (byte := self._in.read(1)) != b"\0":
            assert byte, "the browser is gone"
            data += byte
        message: dict[str, Any] = json.loads(data)
        if message.get("method") == "Network.requestWillBeSent":
            self.requests.append(message["params"]["request"]["url"])
        elif message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(str(message["params"]["exceptionDetails"]))
        elif message.get("method") == "Log.entryAdded":
            self.errors.append(str(message["params"]["entry"]["text"]))
        return message

    # --- what a person does ----------------------------------------------------------------------

    def open(self, path: Path, width: int = 1280, height: int = 900, fragment: str = "") -> None:
        """Load a file in a window of this size."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.requests.clear()
        self.errors.clear()
        self.call("Page.navigate", url="about:blank")
        self.wait("Page.loadEventFired")
        self.call("Page.navigate", url=path.as_uri() + fragment)
        self.wait("Page.loadEventFired")

    def say(self, expression: str) -> Any:
        """What a line of script on the page gives."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def click(self, selector: str) -> None:
        """Press the mouse on the middle of an element."""
        x, y = self.say(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            "e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
            "return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.call("Input.insertText", text=text)

    def picture(self, whole: bool = False) -> bytes:
        """The page as a PNG."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        return base64.b64decode(data)

    def pdf(self) -> bytes:
        """The page as it is printed."""
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])
