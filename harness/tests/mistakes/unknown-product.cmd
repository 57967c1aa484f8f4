acslab run unknown-product.yaml
