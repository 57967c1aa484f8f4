acslab serve --account company=12
