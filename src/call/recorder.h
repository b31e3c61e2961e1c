/* recorder.h - what both sides heard, as a stereo mu-law WAV.
 *
 * Left is theirs at the time it came, right is ours at the time it was played:
 * their frames are the clock, and with each one the same length of what we
 * have queued is taken as played, as Twilio does.  What `clear` dropped is
 * absent.  Frames go to the disk thread in blocks; when its queue is full they
 * are dropped and counted.
 */
#ifndef CALL_RECORDER_H
#define CALL_RECORDER_H

#include "base/slice.h"
#include "net/disk.h"

struct recorder;

/* NULL: no memory, or the disk has no room.  Owns the file at path. */
struct recorder *recorder_new(struct disk *d, const char *path);

/* Base64 payloads, as they pass. */
void recorder_them(struct recorder *r, struct slice payload);
void recorder_us(struct recorder *r, struct slice payload);
void recorder_clear(struct recorder *r);

/* Writes the rest and the true lengths, and frees.  What was still queued was
 * not heard, and is absent. */
void recorder_close(struct recorder *r);

uint64_t recorder_dropped(const struct recorder *r);    /* frames */

#endif
