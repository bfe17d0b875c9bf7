"""Reads every run of a set, a page of up to 100 at a time.

Run it with: python3 read-results-page-by-page.py
"""

import json
import os
import sys
import urllib.error
import urllib.request

URL = os.environ.get("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2"
PROJECT = os.environ["ASSAY_PROJECT"]
SET = os.environ["ASSAY_SET"]


def get(address):
    request = urllib.request.Request(address, headers={"PTToken": os.environ["ASSAY_TOKEN"]})
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit("\n".join(problem["title"] for problem in json.load(error)["errors"]))


address = f"{URL}/projects/{PROJECT}/runs.json?set-ids={SET}"
runs = []
while address:
    page = get(address)
    runs += page["data"]
    print(f"page {page['meta']['current-page']}: {len(page['data'])} runs")
    # The last page has no "next"; the others name a whole URL.
    address = page["links"].get("next")
failed = sum(run["attributes"]["status"] == "FAILED" for run in runs)
print(f"{len(runs)} runs, {failed} failed")
