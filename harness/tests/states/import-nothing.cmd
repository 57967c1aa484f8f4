acslab import import-nothing.txt --to import-nothing.state
