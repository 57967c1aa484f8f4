module acslab/helpers/go

go 1.24.0
