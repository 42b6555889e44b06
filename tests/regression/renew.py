"""Write the kept numbers anew: ``python -m tests.regression.renew``."""

from __future__ import annotations

from tests.regression import summaries


def main() -> None:
    """Say what moves, scenario by scenario, then write the file."""
    kept = summaries.read() if summaries.FILE.exists() else {}
    now = {}
    for name in summaries.names():
        now[name] = summaries.summarise(name)
        moved = summaries.differences(kept.get(name, {}), now[name])
        print(f"{name}: {len(moved)} of {len(now[name])} moved" if moved else f"{name}: the same")
        for line in moved if name in kept else []:
            print(f"  {line}")
    for name in kept.keys() - now.keys():
        print(f"{name}: gone")
    summaries.write(now)
    if now != kept:
        print(f"written: {summaries.FILE.name}")
        print('write an entry that begins with "**Changes results**" into CHANGELOG.md')


if __name__ == "__main__":
    main()
