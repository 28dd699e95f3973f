"""A notification daemon on the session bus, for tests: says each call in a line of JSON, and nothing else.

It is the other side of the wire, and none of our code: what a desktop would be told, by the bus's own libraries.
Arguments: what it is capable of.
"""

import json
import sys

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

NAME = "org.freedesktop.Notifications"


def say(**what):
    print(json.dumps(what), flush=True)


class Daemon(dbus.service.Object):
    last = 0

    @dbus.service.method(NAME, in_signature="", out_signature="as")
    def GetCapabilities(self):
        return dbus.Array(sys.argv[1:], signature="s")

    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, icon, summary, body, actions, hints, expires):
        Daemon.last += 1
        say(
            method="Notify",
            id=Daemon.last,
            app=str(app),
            summary=str(summary),
            body=str(body),
            urgency=int(hints.get("urgency", -1)),
        )
        return dbus.UInt32(Daemon.last)

    @dbus.service.method(NAME, in_signature="u", out_signature="")
    def CloseNotification(self, notification):
        say(method="CloseNotification", id=int(notification))


DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
name = dbus.service.BusName(NAME, bus)
Daemon(bus, "/org/freedesktop/Notifications")
say(method="ready")
GLib.MainLoop().run()
