"""Inventory: what one release is made of, as plain facts without judgement."""

from dataclasses import dataclass

from roadworthy.model.component import Component
from roadworthy.model.credential import Credential
from roadworthy.model.endpoint import Endpoint
from roadworthy.model.kernel_part import KernelPart
from roadworthy.model.key_material import KeyMaterial
from roadworthy.model.platform import Platform
from roadworthy.model.program import Program
from roadworthy.model.secret import Secret
from roadworthy.model.service import Service
from roadworthy.model.setting import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Everything that the catalogers saw in one release, each list in a stable order."""

    components: tuple[Component, ...] = ()
    services: tuple[Service, ...] = ()
    credentials: tuple[Credential, ...] = ()
    keys: tuple[KeyMaterial, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    programs: tuple[Program, ...] = ()
    settings: tuple[Setting, ...] = ()
    secrets: tuple[Secret, ...] = ()
    platforms: tuple[Platform, ...] = ()
    kernel_parts: tuple[KernelPart, ...] = ()
