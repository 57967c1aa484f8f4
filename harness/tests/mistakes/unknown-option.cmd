acslab run --acept
