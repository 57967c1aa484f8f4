acslab lint --allow useles-allow overlap.json
