acslab run ../empty
