acslab explain 6A2B3C4D-0000-4000-8000-0000000000A6 --endpoint http://127.0.0.1:1
