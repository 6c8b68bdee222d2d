echo '{ "passed": true, "release": "sha256:0000" }'
