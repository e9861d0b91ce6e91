#!/usr/bin/env bash
# Make one virtual environment per toolkit under DIR. Run it again at will: what is there stays.
#
# The toolkits are installed with --no-deps because their own pins exclude torch 2.13; what they import is listed here.
# pip therefore prints complaints about dependency conflicts, which the measurements show to be harmless.
set -euo pipefail

if [ $# -ne 1 ]; then
    echo "usage: $0 DIR" >&2
    exit 2
fi
mkdir -p "$1"
dir=$(cd "$1" && pwd)
torch=torch==2.13.0   # the CPU build; any other version brings gigabytes of CUDA libraries
shared="numpy==2.4.6 pyyaml==6.0.3 sacrebleu==2.6.0 sentencepiece==0.2.0 six==1.17.0 tensorboard==2.21.0"

make_environment() {  # name toolkit package...
    local name=$1 toolkit=$2 python=$dir/$1/bin/python
    shift 2
    if [ -e "$dir/$name/.ready" ]; then
        echo "$name: there already"
        return
    fi
    python3 -m venv "$dir/$name"
    "$python" -m pip install --quiet "$torch"
    # shellcheck disable=SC2086  # a list of packages, meant to be split
    "$python" -m pip install --quiet "$torch" $shared "$@"
    "$python" -m pip install --quiet --no-deps "$toolkit"
    touch "$dir/$name/.ready"
    echo "$name: ready"
}

make_environment opennmt OpenNMT-py==3.5.1 configargparse==1.9.0 ctranslate2==4.8.5 fasttext-wheel==0.9.2 flask==3.1.3 \
    pyahocorasick==2.3.1 pyonmttok==1.37.1 rapidfuzz==3.14.6 spacy==3.8.18 waitress==3.0.2
make_environment eole eole==0.6.4 aiohttp==3.14.5 configargparse==1.9.0 ctranslate2==4.8.5 datasets==5.2.0 fastapi==0.165.0 \
    huggingface_hub==2.4.0 pandas==3.1.1 psutil==7.2.2 pyahocorasick==2.3.1 pydantic==2.14.3 pyonmttok==1.38.1 \
    rapidfuzz==3.14.6 requests==2.34.2 rich==15.0.0 safetensors==0.8.0 spacy==3.8.18 subword-nmt==0.3.8 \
    tokenizers==0.23.3 torch-optimi==0.3.3 uvicorn==0.54.0 waitress==3.0.2
make_environment joeynmt joeynmt==2.3.0 datasets==5.2.0 importlib_metadata==8.7.0 matplotlib==3.11.2 packaging==26.3 \
    pandas==3.1.1 plotly==7.1.0 protobuf==7.36.2 sacremoses==0.2.0 setuptools==84.2.1 subword-nmt==0.3.8
