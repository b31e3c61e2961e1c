/* openapi.h - what the server's doors are, for programs: OpenAPI 3.1.
 *
 * openapi.json beside this is the document; tests/app/openapi_test.c holds it
 * against the server's tables of routes, both ways.
 */
#ifndef WEB_OPENAPI_H
#define WEB_OPENAPI_H

#include "base/slice.h"

/* The document, JSON; it lives as long as the program. */
struct slice openapi_text(void);

#endif
