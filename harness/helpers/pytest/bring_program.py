"""Brings the program into the wheel: the one that ACSLAB names becomes a script of the environment that the wheel is installed in."""

import os
import sysconfig

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BringProgram(BuildHookInterface):
    def initialize(self, version, build_data):
        program = os.environ.get("ACSLAB")
        # Without one, the wheel has the plugin alone, for every platform.
        if not program or version == "editable":
            return
        suffix = ".exe" if program.endswith(".exe") else ""
        build_data["shared_scripts"][os.path.abspath(program)] = f"acslab{suffix}"
        platform = os.environ.get("ACSLAB_PLATFORM", sysconfig.get_platform())
        build_data["tag"] = f"py3-none-{platform.replace('-', '_').replace('.', '_')}"
