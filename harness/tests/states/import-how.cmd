acslab import --how user/alice
