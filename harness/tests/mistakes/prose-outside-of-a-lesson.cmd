acslab run prose-outside-of-a-lesson.yaml
