/* zone.c - the owner's time zone: loaded once, asked often. */
#include "app/zone.h"

#include "base/sys.h"
#include "base/text.h"
#include "codec/tzif.h"

#define FILE_MAX (256u << 10)

int zone_load(struct zone *z, const char *name, struct err *err)
{
    static const char *const folders[] = {"/usr/share/zoneinfo",
        "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo"};
    struct slice zone = slice_str(name);
    const char *why = "";
    char path[256];
    int offset;

    buf_init(&z->file, FILE_MAX);
    z->posix = tzif_builtin(zone);
    if (!tzif_name_ok(zone))
        return fail(err, ERR_CONF, "ZONE \"%s\" is no zone's name", name);
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        text_fmt(path, sizeof path, "%s/%s", folders[i], name);
        if (!sys_exists(path) || sys_slurp(path, &z->file, NULL))
            continue;
        if (tzif_offset(buf_slice(&z->file), sys_wall(), &offset, &why) == 0)
            return 0;
    }
    buf_free(&z->file);
    if (z->posix.ptr)
        return 0;
    return fail(err, ERR_CONF, "ZONE \"%s\" is not known on this machine%s%s",
        name, why[0] ? ": " : "", why);
}

void zone_free(struct zone *z)
{
    buf_free(&z->file);
}

int zone_offset(const struct zone *z, int64_t wall_ms)
{
    const char *why;
    int offset = 0;

    if (z->file.len)
        tzif_offset(buf_slice(&z->file), wall_ms, &offset, &why);
    else
        tzif_offset_posix(z->posix, wall_ms, &offset);
    return offset;
}
