/* log_events.c - every event that is logged, by its name. */
#include "base/log.h"

#include <stddef.h>
#include <string.h>

/* In the order of their names. */
static const struct log_kind kinds[] = {
    {"accept_refused",
        "a connection was not taken: a ceiling, or no descriptors"},
    {"answered_by", "Twilio's machine detection told who picked up"},
    {"attempts_not_kept",
        "too many requests failed to write them all into the journal"},
    {"call_again", "an attempt failed, and another one is planned"},
    {"call_ended",
        "a call is over; its outcome, and the first thing that went wrong"},
    {"call_found", "after a restart Twilio's list had the call"},
    {"call_goes_on", "after a restart a call waits for its next attempt again"},
    {"call_parked",
        "the server stops; a call that waits goes on at the next start"},
    {"call_state",
        "a call moved on: from, to, why, and ms since it was asked for"},
    {"call_unfinished", "after a restart: a call that had not come to its end"},
    {"ceiling", "a ceiling of policy was reached while a call ran"},
    {"chat_failed", "the chat model did not answer, or with nothing of use"},
    {"digits_sent", "the model pressed keys"},
    {"disclosure_missing",
        "the model did not say the disclosure; what follows"},
    {"drain_over", "the time to drain is over, and calls are hung up"},
    {"drained", "the server ends, all calls have come to their end"},
    {"draining", "no new calls are taken any more"},
    {"dtmf", "they pressed a key"},
    {"file_not_saved", "a file of a call could not be written"},
    {"goodbye", "the model ended the call, and its goodbye was heard"},
    {"hosts_file", "what was read of the hosts file"},
    {"hosts_file_cut", "the hosts file is longer than what is read of it"},
    {"http_refused", "a request that was refused before any door saw it"},
    {"inbound_refused", "somebody rang, and the call could not be taken"},
    {"instructions_guarded",
        "the model began to tell its instructions, and was cut off"},
    {"journal_cut", "a torn end of the journal was cut off"},
    {"journal_damaged", "a damaged line of the journal was passed over"},
    {"journal_full", "the disk's queue had no room for a record"},
    {"journal_record_too_long", "a record was too long to be written"},
    {"left_running", "calls that were running when the server had to end"},
    {"listening",
        "the server is ready: port, public address, roots, what is missing"},
    {"login_refused", "a wrong token was given at the page's door"},
    {"lookup_failed", "a restaurant's number could not be looked up"},
    {"machine", "no person picked up: voicemail, a menu, a screener, a fax"},
    {"machine_too_long", "a machine talked for too long, and the call ends"},
    {"model_binary_message", "the model sent a binary message"},
    {"model_error", "the model sent an error event"},
    {"model_gone", "no voice model is to be had for a call"},
    {"model_left", "the model's socket closed after it had said goodbye"},
    {"model_lost", "the model's session was lost; what follows"},
    {"model_message_bad", "a message of the model could not be read"},
    {"model_message_too_long",
        "a message to the model was too long to be sent"},
    {"model_queue_full", "the model does not read what it is sent"},
    {"model_ready", "the model's session is configured as it was asked for"},
    {"not_counted", "a dialled attempt could not be counted against the caps"},
    {"not_forgotten", "a call's files could not be removed"},
    {"old_call_unseen", "no memory to remember a call of long ago"},
    {"outcome_not_saved", "a result could not be written; it is tried again"},
    {"place_refused", "a line of RESTAURANTS_FILE is no place"},
    {"poll_failed", "Twilio did not say what a call's status is"},
    {"question_asked", "the model put a question to the owner in mid-call"},
    {"question_closed", "that question was answered, or its time was over"},
    {"reload_failed",
        "on HUP something could not be read again; the old stays"},
    {"reloaded", "on HUP: what was read again"},
    {"report", "on USR1: what the server is doing"},
    {"resolv_conf", "what was read of resolv.conf"},
    {"response_not_completed", "the model broke off an answer"},
    {"resume", "the owner lets calls be made again"},
    {"session_not_kept", "a conversation's memory could not be written"},
    {"setting", "a setting that works and deserves a second look"},
    {"silence", "nobody spoke for a while"},
    {"status_of_another_call", "a status callback named another CallSid"},
    {"status_unknown_call", "a status callback for a call that is not running"},
    {"stop", "the owner stopped all calls"},
    {"stopped", "at start: calls are stopped, by a file"},
    {"stream_closed", "a call's media stream is gone: close code and why"},
    {"stream_message_bad", "a message of a media stream could not be read"},
    {"stream_refused",
        "a media stream was closed: its token, or none, or no room"},
    {"stream_status", "Twilio's callback about a media stream"},
    {"tool_called", "the model called a tool"},
    {"tool_refused", "the model called a tool in a way that does not work"},
    {"transcription_failed", "what they said was not transcribed"},
    {"twiml_refused", "a call's TwiML could not be made"},
    {"twiml_unknown_call",
        "Twilio asked for the TwiML of a call that is not known"},
    {"update_failed", "a call could not be changed: the request was not made"},
    {"update_refused", "Twilio did not change a call as it was asked to"},
    {"upgrade", "an upgrade attempt: all of it on one line"},
    {"upgrade_head", "at debug: its head as it arrived, secrets masked"},
    {"webhook_refused",
        "a webhook without a fitting signature, and what would have"},
};

const struct log_kind *log_kind_at(size_t i)
{
    return i < sizeof kinds / sizeof *kinds ? &kinds[i] : NULL;
}

const struct log_kind *log_kind_find(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    return NULL;
}
