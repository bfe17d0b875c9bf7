"""Finds the tests tagged "smoke" whose latest run failed.

Run it with: python3 query-with-ptql.py
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

URL = os.environ.get("ASSAY_URL", "http://127.0.0.1:3000") + "/api/v2"
PROJECT = os.environ["ASSAY_PROJECT"]


def get(address):
    request = urllib.request.Request(address, headers={"PTToken": os.environ["ASSAY_TOKEN"]})
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        sys.exit("\n".join(problem["title"] for problem in json.load(error)["errors"]))


ptql = "'Run Status' = FAILED AND Tags = smoke"
found = get(f"{URL}/projects/{PROJECT}/tests.json?{urllib.parse.urlencode({'ptql': ptql})}")
for test in found["data"]:
    print(f"test {test['id']}: {test['attributes']['name']}")
print(f"{found['meta']['total-count']} found")
