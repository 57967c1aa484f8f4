acslab explain way-kept-answer.txt
