/*
 * Swagger UI over the contract that the gateway itself reads. No validator
 * badge and no remote configuration: the page talks to its own origin only.
 */

SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#docs",
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: "none",
    filter: true,
    persistAuthorization: false,
    queryConfigEnabled: false,
    tryItOutEnabled: true,
    validatorUrl: null,
});
