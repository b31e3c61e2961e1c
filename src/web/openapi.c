/* openapi.c - the document that is compiled in. */
#include "web/openapi.h"

#include "web/openapi.json.h"

struct slice openapi_text(void)
{
    return slice_of(openapi_json_bytes, sizeof openapi_json_bytes);
}
