echo '{ "version": "2.4.1" }'
