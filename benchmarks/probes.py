"""Let programs that break services try ours, really served, and a flawed one: `./vigie bench probes`.

schemathesis (contract of the API), sqlmap (each parameter), wapiti (pages of somebody signed in) and nikto, the last
three where they are installed (`apt-get install sqlmap wapiti`; nikto is in Debian's non-free section), all apart, on
loopback, bounded in count and time; then our own hostile texts, each in each field of each form and each parameter of
each page, and what hypothesis makes up for each role, on SQLite and on PostgreSQL. `--short` makes a tenth. They must
find the flaws of the flawed service, and none of ours; requests are counted by the service's own log.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import requests

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks._described import operations, read, targets, visitors  # noqa: E402  # the repository's own modules
from benchmarks._generated import Asker, Enter, Target  # noqa: E402
from governance.core import clock  # noqa: E402
from governance.core.sealed_rows import sessions_on  # noqa: E402
from governance.core.storage import connect  # noqa: E402
from governance.people.machines.actions import create_key  # noqa: E402
from governance.people.queries import structures  # noqa: E402
from governance.people.rules import MACHINE_SCOPES, command  # noqa: E402
from tests.contracts.access import ACCESS  # noqa: E402
from tests.contracts.test_hostile_input import HOSTILE, KNOWN, Forms, is_home, is_obeyed  # noqa: E402
from tests.faults.served import Service, put_cookie, read_proof, service, until  # noqa: E402
from tests.postgres import free_port, programs, server  # noqa: E402

SHORT = "--short" in sys.argv
EXAMPLES, SECONDS, LEVEL = (20, 60, "1") if SHORT else (5_000, 300, "2")
MADE_UP = 1_500 if SHORT else 20_000  # requests, on each kind of database
OF_TWIN = 2_000
# What nikto 2.1.5 says of every service: what headers and methods it has. It looks for « httponly », all in lower case,
# which RFC 6265, § 5.2, lets be written « HttpOnly ».
SAID = ("Uncommon header", "Root page", "Allowed HTTP Methods", "Cookie vigie created without the httponly flag")
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)
NIKTO = Path("/etc/nikto/config.txt")
FLAWED = Path(__file__).with_name("_flawed.py")
# What reads its parameters: each is tried.
READERS = (
    "connexion?suite=a",
    "journal?action=a&personne=a&sujet=a&du=a&au=a&page=1",
    "comptes?q=a&page=1",
    "contacts?q=a",
)


def schemathesis(address: str, key: str, folder: Path) -> list[str]:
    """Return the failures that schemathesis finds."""
    program = Path(sys.executable).with_name("schemathesis")
    command_line = [
        program, "run", f"{address}/api/openapi.json", "--checks", CHECKS, "-n", str(EXAMPLES), "--seed", "1",
        "--max-time", str(SECONDS), "--continue-on-failure", "--no-color", "-H", f"Authorization: Bearer {key}",
        "--phases", "examples,coverage,fuzzing", "--request-timeout", "30",
    ]  # fmt: skip
    return sorted(set(re.findall(r"ST\d+ (.+): \d+$", run(command_line, folder), re.MULTILINE)))


def sqlmap(addresses: list[str], cookie: str, folder: Path) -> list[str]:
    """Return the parameters that sqlmap says are injectable."""
    told = ""
    for one in addresses:
        told += run(
            ["sqlmap", "-u", one, "--batch", "--level", LEVEL, "--technique", "BEU", "--flush-session", "--skip-waf",
             "--cookie", cookie, "--param-exclude", "vigie", "--output-dir", folder / "sqlmap", "--timeout", "20"],
            folder,
        )  # fmt: skip
    return sorted(set(re.findall(r"^Parameter: (\S+)", told, re.MULTILINE)))


def wapiti(address: str, cookie: str, folder: Path) -> list[str]:
    """Return the vulnerabilities that wapiti finds; its modules that call machines elsewhere are left out."""
    out = folder / "wapiti.json"
    run(
        ["wapiti", "-u", f"{address}/", "--scope", "folder", "-m", "xss,sql,exec,file,crlf,redirect", "-f", "json",
         "-o", out, "--max-scan-time", SECONDS, "--max-attack-time", SECONDS // 6, "-H", f"Cookie: {cookie}",
         "--flush-session", "-v", "0", "--store-session", folder],
        folder,
    )  # fmt: skip
    found = json.loads(out.read_text())["vulnerabilities"]
    return sorted(kind for kind, cases in found.items() if cases)


def nikto(address: str, cookie: str, folder: Path) -> list[str]:
    """Return what nikto reports; it is let call nobody else."""
    out, settings = folder / "nikto.csv", folder / "nikto.conf"
    known = NIKTO.read_text().replace("UPDATES=yes", "UPDATES=no")
    settings.write_text(f"{known}\nSTATIC-COOKIE={cookie}\n")
    run(
        ["nikto", "-host", address, "-config", settings, "-nointeractive", "-maxtime", f"{SECONDS}s", "-output", out,
         "-Format", "csv"],
        folder,
    )  # fmt: skip
    told = [line.rpartition(',"')[2].rstrip('"\n') for line in out.open(encoding="utf-8") if '"OSVDB-' in line]
    return sorted({one for one in told if not one.startswith(SAID)})


def made_up(address: str, enter: Enter, all_targets: Sequence[Target], most: int) -> list[str]:
    """Return what went wrong with requests that were made up; each is told on the error output."""
    asker = Asker(address, enter)
    asker.ask(all_targets, most)
    print("\n".join(sorted(asker.troubles)[:40]), file=sys.stderr)
    return sorted({one.partition(" – ")[0] for one in asker.troubles})


def made_up_for_ours(running: Service) -> list[str]:
    """Return what went wrong with requests made up for people of each role and for a machine."""
    with visitors(running, machine(running)) as (people, things):
        return made_up(running.address, people.enter, targets(running.address, people.enter, things), MADE_UP)


def run(command_line: list[object], folder: Path) -> str:
    """Run a program, bounded in time; return what it said."""
    log = folder / f"{Path(str(command_line[0])).name}.log"
    with log.open("ab") as out:
        try:
            subprocess.run(
                [str(part) for part in command_line],
                stdout=out,
                stderr=out,
                cwd=folder,
                timeout=3 * SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            print(f"{command_line[0]}: stopped after {3 * SECONDS} s", file=sys.stderr)
    return log.read_text("utf-8", "replace")


def own_texts(running: Service) -> list[str]:
    """Bring each hostile text to each field of each form, and to each parameter of each page; return what broke."""
    browser, troubles = requests.Session(), []
    put_cookie(browser, running, 0)
    proof = read_proof(running, browser)
    found, pages = forms(running, browser)
    for page in pages:
        for name in KNOWN:
            for text in HOSTILE[:: 6 if SHORT else 1]:
                if len(text) < 1_000 and is_trouble(browser.get(page, params={name: text}, allow_redirects=False)):
                    troubles.append(f"{page} {name}={text[:30]}")
    for action, names in sorted(found.items()):
        for name in sorted(names):
            for text in HOSTILE[:: 6 if SHORT else 1]:
                data = {"csrf_token": proof, name: text}
                if is_trouble(browser.post(running.address + action, data=data, allow_redirects=False)):
                    troubles.append(f"{action} {name}={text[:30]}")
    return troubles


def forms(running: Service, browser: requests.Session) -> tuple[dict[str, set[str]], list[str]]:
    """Return the fields of every form of the pages that name nothing, and these pages."""
    reader, pages = Forms(), []
    for access in ACCESS.values():
        if access.method == "GET" and "{" not in access.path and not access.path.startswith("/api/"):
            answer = browser.get(running.address + access.path, allow_redirects=False)
            if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
                reader.feed(answer.text)
                pages.append(running.address + access.path)
    leaving = ("/deconnexion", "/compte/sessions")
    return {action: names for action, names in reader.found.items() if not action.startswith(leaving)}, pages


def is_trouble(answer: requests.Response) -> bool:
    """Say whether hostile text broke, was obeyed, or led away."""
    return answer.status_code >= 500 or is_obeyed(answer.text) or not is_home(answer.headers.get("Location"))


def machine(running: Service) -> str:
    """Return a key of a machine that may all that machines may."""
    engine = connect(running.url)
    with sessions_on(engine, running.store).begin() as session:
        structure = next(one.id for one in structures(session) if one.name == "CCAS d'ici")
        by = command(structure)
        secret = create_key(session, structure, "Essai", frozenset(MACHINE_SCOPES), by=by, at=clock.now()).secret
    engine.dispose()
    return secret


@contextmanager
def flawed() -> Iterator[str]:
    """Give the address of the flawed service."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, FLAWED, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answers(address))
        yield address
    finally:
        process.terminate()
        process.wait()


def answers(address: str) -> bool:
    """Say whether somebody serves there."""
    try:
        return requests.get(address, timeout=5).ok
    except requests.RequestException:
        return False


def probed(address: str, key: str, cookie: str, readers: list[str], folder: Path) -> dict[str, list[str] | None]:
    """Return what each program found; None where it is not installed."""
    folder.mkdir()
    return {
        "schemathesis": schemathesis(address, key, folder),
        "sqlmap": sqlmap([f"{address}/{one}" for one in readers], cookie, folder) if shutil.which("sqlmap") else None,
        "wapiti": wapiti(address, cookie, folder) if shutil.which("wapiti") else None,
        "nikto": nikto(address, cookie, folder) if NIKTO.exists() else None,
    }


def of_twin(folder: Path) -> dict[str, list[str] | None]:
    """Return what each program found of the flawed service."""
    with flawed() as address:
        found = probed(address, "none", "a=b", ["api/people?q=a"], folder / "twin")
        known = [*read(address, "/", "", {}), *operations(address)]
        return found | {"made up, on SQLite": made_up(address, lambda _: ({}, ""), known, OF_TWIN)}


def of_ours(folder: Path, told: Counter[int]) -> dict[str, list[str] | None]:
    """Return what each program found of ours, and count how it answered."""
    free = {"VIGIE_API_RATE": "1000000 per minute"}
    with service(f"sqlite:///{folder}/vigie.sqlite", **free) as running:
        cookie = f"vigie={running.cookies[1]}"
        found = probed(running.address, machine(running), cookie, list(READERS), folder / "ours")
        found["own hostile texts"] = own_texts(running)
        found["made up, on SQLite"] = made_up_for_ours(running)
        told.update(running.requests())
    print(f"on SQLite: {told.total():,} requests", file=sys.stderr, flush=True)
    if programs() is None:
        return found | {"made up, on PostgreSQL": None}
    with server() as own, service(own.url, **free) as running:
        found["made up, on PostgreSQL"] = made_up_for_ours(running)
        told.update(running.requests())
    return found


def main() -> int:
    """Print what was found of the twin and of ours; 1 when the twin's flaws are not found, or ours has one."""
    told: Counter[int] = Counter()
    with tempfile.TemporaryDirectory() as place, ThreadPoolExecutor(1) as beside:
        awaited = beside.submit(of_twin, Path(place))  # its programs wait for it more than they compute
        ours = of_ours(Path(place), told)
        twin = awaited.result()
    print("| program | found in the flawed twin | found in ours |\n|---|---|---|")
    for name, found in ours.items():
        both = (twin.get(name, ["–"]), found)
        shown = ["not installed" if one is None else ", ".join(one) or "nothing" for one in both]
        print(f"| {name} | {' | '.join(shown)} |")
    errors = sum(count for status, count in told.items() if status >= 500)
    print(f"\n{told.total():,} requests answered by ours, {errors} of them with an error of the service: {dict(told)}")
    unseen = [name for name, found in twin.items() if found == []]
    return 1 if errors or unseen or any(ours.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
