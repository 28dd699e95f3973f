"""Drives Aider by its own Python interface, for runner.ts: JSON lines in and out. Runs in Aider's own interpreter."""
import difflib
import json
import os
import sys

protocol = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)  # what Aider prints is for the log; everything that counts is told as a line
sys.stdout = sys.stderr


def tell(kind, **fields):
    protocol.write(json.dumps({"type": kind, **fields}) + "\n")


def hear():
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    return json.loads(line)


start = hear()
import aider
from aider.coders import Coder, base_coder
from aider.commands import SwitchCoder
from aider.io import InputOutput
from aider.main import main
from aider.models import Model

live = False  # before the coder is ready Aider asks about git, analytics and sign-ins: all of it is declined
counter = 0
unsaid = False


def next_id():
    global counter
    counter += 1
    return counter


def say_answer():
    """Tells the answer whole: before what Aider does because of it, and once."""
    global unsaid
    if unsaid and coder.partial_response_content:
        unsaid = False
        tell("said", text=coder.partial_response_content)


def confirm_ask(self, question, default="y", subject=None, explicit_yes_required=False, **_more):
    if not live:
        return False
    say_answer()
    ask = next_id()
    tell("ask", ask=ask, question=question, subject=subject, explicit=explicit_yes_required)
    while True:
        answer = hear()
        if answer["type"] == "answer" and answer["ask"] == ask:
            return answer["yes"]


def say(level):
    def method(self, *messages, log_only=False, **_more):
        text = " ".join(str(message) for message in messages)
        if text.strip() and not log_only:
            tell("note", level=level, text=text)

    return method


def write_text(self, filename, content, *more, **named):
    say_answer()
    try:
        with open(filename, encoding=self.encoding) as file:
            before = file.read()
    except (OSError, UnicodeError):
        before = None
    original_write(self, filename, content, *more, **named)
    lines = list(difflib.unified_diff((before or "").splitlines(), content.splitlines(), lineterm=""))[2:]
    tell("edit", path=os.path.relpath(str(filename)), patch="".join(line + "\n" for line in lines), created=before is None)


def run_cmd(command, *more, **named):
    say_answer()
    call = next_id()
    tell("command", call=call, command=command)
    status, output = original_run(command, *more, **named)
    tell("command_ended", call=call, output=output or "", exitCode=status)
    return status, output


original_write, original_run = InputOutput.write_text, base_coder.run_cmd
InputOutput.confirm_ask, InputOutput.write_text, base_coder.run_cmd = confirm_ask, write_text, run_cmd
InputOutput.tool_output, InputOutput.tool_warning, InputOutput.tool_error = say("info"), say("warning"), say("error")

coder = main(start["args"], return_coder=True)
if not isinstance(coder, Coder):
    tell("failed", message="Aider ended before it could take a prompt")
    sys.exit(1)
coder.stream, coder.yield_stream = True, True
coder.done_messages = start["history"] + coder.done_messages
live = True
tell("ready", version=aider.__version__, model=coder.main_model.name)


def one_prompt(text):
    global coder, unsaid
    if coder.commands.is_command(text):
        try:
            text = coder.commands.run(text)
        except SwitchCoder as switch:
            coder = Coder.create(io=coder.io, from_coder=coder, **{"summarize_from_coder": False, **switch.kwargs})
            coder.stream, coder.yield_stream, text = True, True, None
    else:
        text = coder.preproc_user_input(text)
    for _ in range(4):  # an answer that asks for more files, or does not apply, is followed up, as Aider itself does
        if not text:
            return
        coder.partial_response_content, unsaid = "", True
        try:
            for piece in coder.run_stream(text):
                tell("delta", text=piece)
        finally:  # also what there is of an answer that was interrupted
            say_answer()
        text = coder.reflected_message


while True:
    try:
        command = hear()
        if command["type"] == "model":
            coder = Coder.create(io=coder.io, from_coder=coder, main_model=Model(command["model"]))
            coder.stream, coder.yield_stream = True, True
            continue
        if command["type"] != "prompt":
            continue
        before = (coder.total_cost, coder.total_tokens_sent, coder.total_tokens_received)
        interrupted, error = False, None
        try:
            one_prompt(command["text"])
        except KeyboardInterrupt:
            interrupted = True
        except Exception as problem:
            error = str(problem) or type(problem).__name__
        after = (coder.total_cost, coder.total_tokens_sent, coder.total_tokens_received)
        cost, sent, received = (max(0, new - old) for old, new in zip(before, after))
        tell("ended", interrupted=interrupted, error=error, cost=cost, totalCost=coder.total_cost, sent=sent, received=received)
    except KeyboardInterrupt:
        continue
