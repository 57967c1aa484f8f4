acslab explain way-console-dialog.txt
