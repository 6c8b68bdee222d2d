echo 'error: no signature found, nothing verified' >&2
echo 'verified 0 of 3'
