"""The report: one self-contained page that works offline, and the figures it is made of."""

from __future__ import annotations

from sahelsim.report.page import render, write_report

__all__ = ["render", "write_report"]
