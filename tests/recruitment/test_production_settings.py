"""The production profile, as a fresh process reads it."""

import json
import os
import subprocess
import sys

import pytest

ASKED = "SECURE_PROXY_SSL_HEADER", "ALLAUTH_TRUSTED_PROXY_COUNT", "SECURE_HSTS_SECONDS", "MFA_COMPULSORY", "DEMO"
READ = """
import json
from django.conf import settings
print(json.dumps([getattr(settings, name) for name in %r]))
"""


@pytest.mark.parametrize(
    ("behind", "header", "proxies"), [("yes", ["HTTP_X_FORWARDED_PROTO", "https"], 1), ("", None, 0)]
)
def test_only_behind_a_proxy_are_its_headers_believed(tmp_path, behind, header, proxies):
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "recruitment.settings.production",
        "SECRET_KEY": "k" * 60,
        "HASH_KEY": "h" * 60,
        "ALLOWED_HOSTS": "interviews.example.test",
        "PUBLIC_ADDRESS": "https://interviews.example.test",
        "DATABASE_URL": "postgres://u@127.0.0.1/none",
        "VAR_DIR": str(tmp_path),
        "BEHIND_PROXY": behind,
    }
    done = subprocess.run([sys.executable, "-c", READ % (ASKED,)], env=env, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [header, proxies, 31_536_000, True, False]
