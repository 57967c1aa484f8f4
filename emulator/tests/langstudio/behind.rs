//! What LangStudio does in other products: runtimes, deployments, knowledge bases, each as the service role.
