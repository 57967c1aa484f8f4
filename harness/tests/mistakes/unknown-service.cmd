acslab services Rma
