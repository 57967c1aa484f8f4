acslab run lesson.yaml
