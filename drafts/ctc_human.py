import sys; sys.path.insert(0,'.')
import keras,numpy as np
from keras import ops
import importlib
@keras.saving.register_keras_serializable(name="ctc_loss")
def ctc_loss(y,z): return ops.sum(z)
from utils.sound import recognition as R, strings as S
from utils.sound.augmentation import moved, stretched
from utils.sound.commands import command
from utils.models import ctc, language_model
from utils import metrics
m=keras.models.load_model('/tmp/ctc/m1_64_s4_xla.keras',compile=False)
lm_r=np.random.default_rng([1,3]); step=language_model.kneser_ney([R.LETTERS.encode(" ".join(command(lm_r))) for _ in range(3000)],len(R.LETTERS),6)
L=ctc.language(step,.8,1.0)
rng=np.random.default_rng(0)
hu=S.human_strings(40,np.random.default_rng([9,9])); t=[u.text for u in hu]
def lp(xs):
    p=R.packed(xs,["go"]*len(xs)); z=ops.convert_to_numpy(m.predict(p.x,verbose=0)).astype(float); z-=np.logaddexp.reduce(z,axis=-1,keepdims=True)
    return [a[:-(-n//4)] for a,n in zip(z,p.y[:,-1])]
def show(name,xs):
    l=lp(xs); w=lambda h: metrics.error_rate([a.split() for a in t],[a.split() for a in h]); d=lambda f:["".join(R.LETTERS.tokens[i] for i in f(q)) for q in l]
    g=d(ctc.greedy); b=d(lambda q: ctc.prefix_beam(q,8,L,-6.))
    print(f'{name:24} greedy {w(g):.3f} beam {w(b):.3f}  sure {np.mean([q.max(axis=1).mean() for q in l]):.3f}',b[:2],t[:2],flush=True)
base=R.in_quiet(hu,rng)
for f in (1.17,1.25,1.35):
    for sp in (1,1.5,):
        show(f'moved {f} speed {sp}',[stretched(moved(x,f),sp,round(len(x)/sp)) for x in base])
