acslab explain way-list-buckets.txt
