"""Lets TorchSharp's native library run with the libstdc++ of GCC 12 (Debian 12), which lacks one function of GCC 13's: the initialiser of iostreams, which older ones run by themselves.
   python3 older-libstdc++.py libLibTorchSharp.so
The call becomes one of std::get_terminate, which changes nothing."""
import struct, sys


def elf_hash(name):
    h = 0
    for c in name:
        h = (h << 4) + c
        g = h & 0xf0000000
        h = (h ^ (g >> 24)) & ~g
    return h & 0xffffffff


path = sys.argv[1]
data = bytearray(open(path, 'rb').read())
old, new = b'GLIBCXX_3.4.32', b'GLIBCXX_3.4.20'
symbol, harmless = b'_ZSt21ios_base_library_initv', b'_ZSt13get_terminatev'
if data.count(b'\0' + harmless + b'\0'):
    sys.exit()
assert data.count(b'\0' + old + b'\0') == 1 and data.count(b'\0' + symbol + b'\0') == 1, 'not the file this was made for, or changed already'
data = data.replace(b'\0' + old + b'\0', b'\0' + new + b'\0').replace(b'\0' + symbol + b'\0', b'\0' + harmless.ljust(len(symbol), b'\0') + b'\0')
need = struct.pack('<I', elf_hash(old))
assert data.count(need) == 1
data = data.replace(need, struct.pack('<I', elf_hash(new)))
open(path, 'wb').write(data)
