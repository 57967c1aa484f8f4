acslab import --how group/ops
