acslab run absent
