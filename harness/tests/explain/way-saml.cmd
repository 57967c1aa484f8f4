acslab explain way-saml.txt --from way-saml.documents.txt -c saml:recipient=https://other.example.com -c acs:CurrentTime=2026-01-01T00:00:00Z
