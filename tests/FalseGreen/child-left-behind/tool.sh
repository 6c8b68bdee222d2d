sleep 60 &
echo started
